"""The desk in Wagtail's admin."""

from wagtail import hooks
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from editorial.desk import editing

# Wagtail would write to editors by itself, during the request; the house tells people through its one door.
task_submitted.disconnect(dispatch_uid="group_approval_task_submitted_email_notification")
workflow_submitted.disconnect(dispatch_uid="workflow_state_submitted_email_notification")
workflow_rejected.disconnect(dispatch_uid="workflow_state_rejected_email_notification")
workflow_approved.disconnect(dispatch_uid="workflow_state_approved_email_notification")

hooks.register("before_edit_page", editing.before_edit)
hooks.register("before_publish_page", editing.before_publish)
hooks.register("after_edit_page", editing.after_edit)
