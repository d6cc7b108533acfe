"""Pages of the final: fetch what may be seen, bind the form, call the service, say what happened."""
