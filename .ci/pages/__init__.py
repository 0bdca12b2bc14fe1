"""What pages of docs/ repeat of the code, a module for each family of tables."""
