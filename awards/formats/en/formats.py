"""Day before month, 24 hours: Mon 9 Dec 2024 14:00."""

DATE_FORMAT = "D j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "D j M Y H:i"
