"""The only writers of the edition, its people and its records. They never see a request and never send anything."""
