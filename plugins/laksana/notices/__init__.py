"""The service notice of an SOP that is handed in, for the public: as Markdown and as a page."""
