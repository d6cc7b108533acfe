"""The pages that join all apps: public pages, each role's home, announcements, the auditor's ledger."""
