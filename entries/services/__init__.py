"""The only writers of questions, entries, authors, files, submitted versions and settlements."""
