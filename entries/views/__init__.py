"""The pages of entries: the list, the entrant's form, one entry, the managers' settling, the set-up of questions."""
