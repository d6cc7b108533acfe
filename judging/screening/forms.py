"""Forms of the managers' side of screening."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PlanForm(forms.Form):
    """How many reviews each entry is to get."""

    k = forms.IntegerField(
        label=_("Reviews per entry"),
        min_value=0,
        max_value=1000,
        help_text=_("0: every reviewer scores every entry they are not recused from."),
    )
