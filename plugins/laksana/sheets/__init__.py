"""The official sheet of an SOP: identity page and flowchart, laid out once and drawn as PDF, SVG or PNG."""
