from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0003_planner_statistics")]

    initial = False

    operations = [
        ops.AddField(
            model_name="CommentEvent",
            name="moved",
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
