"""The demonstration award: people, entries and marks played through the services, never inserted as rows.

Tests use the same steps with fewer entries. What is invented carries (가상) in its own text.
"""
