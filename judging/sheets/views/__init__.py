"""Pages about rounds, assessors and recusals: fetch what may be seen, call the service, say what happened."""
