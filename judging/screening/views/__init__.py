"""Pages of screening: fetch what may be seen, call the service, say what happened."""
