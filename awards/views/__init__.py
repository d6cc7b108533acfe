"""Pages about the edition and its people: fetch what may be seen, call the service, say what happened."""
