"""Sessions that pages of other sites have, which may do what a reader may."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0015_import_reports")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Session", name="as_reader", field=fields.BooleanField(default=False, db_default=False)
        ),
    ]
