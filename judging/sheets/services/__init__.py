"""The only writers of rounds, assessors, recusals, sheets, marks and the ledger."""
