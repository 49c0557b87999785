"""What who looks after an installation sees of it: metrics, readiness, alerts, a dashboard."""
