"""The only writers of announcements. They never send anything and never render a page."""
