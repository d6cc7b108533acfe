"""What changes a final, each act asking its own permission; locks are taken panel, edition, sheets, chain."""
