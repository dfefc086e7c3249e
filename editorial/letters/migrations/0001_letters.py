
import django.db.models.deletion
import modelcluster.fields
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('editorial', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Stands in the letter’s own address, and tells later which joins came of it.', max_length=60, unique=True, verbose_name='name in addresses')),
                ('segment', models.CharField(default='everybody', help_text='Always only people who chose this newsletter.', max_length=80, verbose_name='to whom')),
                ('subject_zh', models.CharField(max_length=120, verbose_name='subject (Chinese)')),
                ('subject_en', models.CharField(max_length=120, verbose_name='subject (English)')),
                ('intro_zh', wagtail.fields.RichTextField(blank=True, verbose_name='opening (Chinese)')),
                ('intro_en', wagtail.fields.RichTextField(blank=True, verbose_name='opening (English)')),
                ('closing_zh', wagtail.fields.RichTextField(blank=True, verbose_name='closing (Chinese)')),
                ('closing_en', wagtail.fields.RichTextField(blank=True, verbose_name='closing (English)')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('scheduled', 'scheduled'), ('preparing', 'preparing'), ('sending', 'sending'), ('sent', 'sent'), ('stopped', 'stopped'), ('cancelled', 'cancelled')], default='draft', editable=False, max_length=12)),
                ('stop_reason', models.CharField(blank=True, choices=[('person', 'stopped by a person'), ('doubt', 'a mail is in doubt'), ('refused', 'the mail server refuses'), ('balance', 'the numbers do not add up')], editable=False, max_length=10)),
                ('scheduled_at', models.DateTimeField(editable=False, null=True)),
                ('frozen_at', models.DateTimeField(editable=False, null=True)),
                ('finished_at', models.DateTimeField(editable=False, null=True)),
                ('candidates', models.PositiveIntegerField(editable=False, null=True)),
                ('left', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'ordering': ['-created_at'],
                'permissions': [('send_campaign', 'Can send letters')],
            },
        ),
        migrations.CreateModel(
            name='Newsletter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='Mail programs sort by it: do not change it.', unique=True, verbose_name='key')),
                ('name_zh', models.CharField(max_length=60, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(max_length=60, verbose_name='name (English)')),
                ('about_zh', models.CharField(max_length=200, verbose_name='what is in it, how often (Chinese)')),
                ('about_en', models.CharField(max_length=200, verbose_name='what is in it, how often (English)')),
                ('default_on', models.BooleanField(default=False, help_text='Only where the law where your readers live allows it. Off: everybody chooses it for themselves.', verbose_name='on for new accounts')),
                ('archived', models.BooleanField(default=False, verbose_name='archived')),
                ('order', models.PositiveSmallIntegerField(default=50, verbose_name='order')),
            ],
            options={
                'verbose_name': 'newsletter',
                'verbose_name_plural': 'newsletters',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('submitting', 'being handed over'), ('submitted', 'handed over'), ('ambiguous', 'in doubt'), ('failed', 'refused'), ('cancelled', 'cancelled')], default='queued', max_length=10)),
                ('claim', models.UUIDField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('beat_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=250)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='letters.campaign')),
            ],
            options={
                'ordering': ['campaign', 'number'],
            },
        ),
        migrations.CreateModel(
            name='CampaignEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=120)),
                ('what', models.CharField(max_length=40)),
                ('note', models.CharField(blank=True, max_length=250)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='letters.campaign')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CampaignStory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('extent', models.CharField(choices=[('whole', 'as far as the reader may read'), ('card', 'picture, first sentences and the way there')], default='card', max_length=6, verbose_name='how much')),
                ('campaign', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='stories', to='letters.campaign')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editorial.storypage', verbose_name='story')),
            ],
            options={
                'verbose_name': 'story',
                'verbose_name_plural': 'stories',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LetterChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wanted', models.BooleanField(default=True)),
                ('how', models.CharField(choices=[('sign_up', 'at sign-up'), ('account', 'on the account page'), ('link', 'by the link in a letter'), ('one_click', 'by the mail program’s button'), ('complaint', 'by a complaint'), ('staff', 'by staff')], max_length=12)),
                ('changed_at', models.DateTimeField()),
                ('token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letter_choices', to=settings.AUTH_USER_MODEL)),
                ('newsletter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='letters.newsletter')),
            ],
        ),
        migrations.AddField(
            model_name='campaign',
            name='newsletter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='letters.newsletter', verbose_name='newsletter'),
        ),
        migrations.CreateModel(
            name='Rendering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], max_length=10)),
                ('rights', models.CharField(blank=True, max_length=400)),
                ('subject', models.CharField(max_length=200)),
                ('html', models.TextField()),
                ('text', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renderings', to='letters.campaign')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('submitting', 'being handed over'), ('submitted', 'handed over'), ('excluded', 'left out')], default='queued', max_length=10)),
                ('reason', models.CharField(blank=True, choices=[('inactive', 'no longer active'), ('unverified', 'address not confirmed'), ('suppressed', 'address came back or complained'), ('opted_out', 'no longer wants this newsletter'), ('refused', 'refused by the mail server'), ('cancelled', 'letter cancelled'), ('counted_out', 'left out by a person')], max_length=12)),
                ('address_hash', models.CharField(blank=True, max_length=64)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('bounced_at', models.DateTimeField(null=True)),
                ('complained_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='letter_deliveries', to=settings.AUTH_USER_MODEL)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='letters.batch')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='letters.campaign')),
                ('rendering', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='letters.rendering')),
            ],
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_hash', models.CharField(max_length=64, unique=True)),
                ('trouble', models.CharField(choices=[('bounced', 'mail came back'), ('complained', 'reported as spam'), ('refused', 'refused by its server')], max_length=12, verbose_name='why')),
                ('source', models.CharField(max_length=40, verbose_name='told by')),
                ('note', models.CharField(blank=True, max_length=250)),
                ('at', models.DateTimeField(verbose_name='since')),
            ],
            options={
                'ordering': ['-at'],
                'indexes': [models.Index(fields=['-at'], name='letters_suppressed_at')],
            },
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'submitting'])), fields=['due_at'], name='letters_batch_due'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('campaign', 'number'), name='letters_batch_once'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'submitting'), ('claim__isnull', True), _connector='XOR'), name='letters_claim_while_submitting'),
        ),
        migrations.AddIndex(
            model_name='campaignevent',
            index=models.Index(fields=['campaign', '-at'], name='letters_event_at'),
        ),
        migrations.AddIndex(
            model_name='letterchoice',
            index=models.Index(condition=models.Q(('wanted', True)), fields=['newsletter', 'account'], name='letters_wanted'),
        ),
        migrations.AddConstraint(
            model_name='letterchoice',
            constraint=models.UniqueConstraint(fields=('newsletter', 'account'), name='letters_one_choice'),
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(condition=models.Q(('state__in', ['scheduled', 'preparing', 'sending'])), fields=['scheduled_at'], name='letters_due'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['sending', 'sent', 'stopped']), _negated=True), ('candidates__isnull', False), _connector='OR'), name='letters_frozen_has_candidates'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), ('scheduled_at__isnull', False), _connector='OR'), name='letters_scheduled_has_a_time'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'stopped'), ('stop_reason', ''), _connector='XOR'), name='letters_stopped_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.UniqueConstraint(fields=('campaign', 'language', 'rights'), name='letters_one_body_per_rights'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['batch', 'state'], name='letters_of_batch'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['campaign', 'state', 'reason'], name='letters_of_campaign'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('address_hash'), models.OrderBy(models.F('submitted_at'), descending=True), name='letters_to_address'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('campaign', 'account'), name='letters_never_twice'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'excluded'), ('reason', ''), _connector='XOR'), name='letters_excluded_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'submitted'), ('submitted_at__isnull', True), _connector='XOR'), name='letters_submitted_has_a_time'),
        ),
    ]
