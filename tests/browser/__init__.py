"""Officials at the pages, in headless Chromium."""
