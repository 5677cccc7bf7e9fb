"""The report: one self-contained HTML page of what a warehouse holds.

What belongs here: the queries whose rows the page shows, the page's template, style and scripts, and the function that
joins them. What does not: when a report is written and where to (`flows.report`).
"""

from warehouse.report.page import Telling, build, told_by

__all__ = ["Telling", "build", "told_by"]
