"""What allauth is told about this house: accounts are made by managers, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Local accounts only; signing up is closed."""

    def is_open_for_signup(self, request) -> bool:
        return False
