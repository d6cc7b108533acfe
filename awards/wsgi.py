"""The web process: connects as the role that owns nothing."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "awards.settings")
os.environ.setdefault("JANGWON_ROLE", "web")
application = get_wsgi_application()
