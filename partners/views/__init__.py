"""The pages of partners, by what they are about."""
