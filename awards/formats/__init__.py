"""How moments and days are written, by language (FORMAT_MODULE_PATH)."""
