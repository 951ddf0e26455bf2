"""What the service says of itself: logs without personal data, and metrics from one typed table."""

from pushsvc.telemetry.hiding import without_contact
from pushsvc.telemetry.logs import configure_logs, log
from pushsvc.telemetry.metrics import count, exposition, gauge, observe

__all__ = ["configure_logs", "count", "exposition", "gauge", "log", "observe", "without_contact"]
