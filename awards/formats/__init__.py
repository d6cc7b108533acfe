"""How moments and days are written, by language (FORMAT_MODULE_PATH)."""

from django.utils.translation import gettext_noop as _

# Django's Korean writes 월요일 for Mon; official papers write (월). Named here so that locale/ has its own words.
WEEKDAYS_SHORT = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
