"""As in official papers: 2024. 12. 9.(월) 14:00."""

DATE_FORMAT = "Y. n. j.(D)"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y. n. j.(D) H:i"
