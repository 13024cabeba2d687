"""What routine rounds saw of each service, its outages, and which round works on it; refuses to look itself."""
