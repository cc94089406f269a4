"""PyLTI1p3 under Flask as its example sets it up, for gunicorn: state and nonce in a cache, the platform's keys cached too, one page
behind the launch. Settings come as JSON in LTI_SETTINGS."""

import json
import os

from flask import Flask, redirect
from flask_caching import Cache
from markupsafe import escape
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfDict

SETTINGS = json.loads(os.environ["LTI_SETTINGS"])
app = Flask(__name__)
app.config.update(
    SECRET_KEY="a key that signs cookies", CACHE_TYPE="SimpleCache", CACHE_DEFAULT_TIMEOUT=600, CACHE_THRESHOLD=1_000_000,
    SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True,
)
cache = Cache(app)
tool = ToolConfDict({SETTINGS["issuer"]: {
    "default": True, "client_id": SETTINGS["client_id"], "auth_login_url": SETTINGS["authorization_endpoint"],
    "auth_token_url": SETTINGS["token_endpoint"], "key_set_url": SETTINGS["jwks_url"], "key_set": None, "deployment_ids": ["1"],
}})


def storage():
    """One for each request: it remembers whose session it is about."""
    return FlaskCacheDataStorage(cache)


@app.post("/lti/login")
def login():
    return FlaskOIDCLogin(FlaskRequest(), tool, launch_data_storage=storage()).redirect(SETTINGS["redirect_uri"])


def message_launch():
    launch = FlaskMessageLaunch(FlaskRequest(), tool, launch_data_storage=storage())
    launch.set_public_key_caching(storage(), cache_lifetime=600)
    return launch


@app.post("/lti/launch")
def launch():
    verified = message_launch()
    verified.get_launch_data()
    return redirect(f"/page/{verified.get_launch_id()}", 303)


@app.get("/page/<launch_id>")
def page(launch_id):
    found = FlaskMessageLaunch.from_cache(launch_id, FlaskRequest(), tool, launch_data_storage=storage())
    return f"<!doctype html><title>Badges</title><p>{escape(found.get_launch_data()['name'])}</p>"


@app.get("/healthz")
def healthz():
    return ""
