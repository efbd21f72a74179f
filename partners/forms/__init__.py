"""Forms of partners, by what they are about."""
