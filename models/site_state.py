"""What was made of the site's settings or by a version of the code, and has to be made anew when these change."""

from tortoise import fields
from tortoise.models import Model


class SiteState(Model):
    """Something that stored rows were made by, such as the time zone of the archive's months."""

    name = fields.CharField(max_length=40, primary_key=True)
    value = fields.TextField()

    class Meta:
        table = "site_state"
