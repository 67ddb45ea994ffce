"""MiniStack with stand-ins for what it lacks and the stack needs; docs/emulators.md lists them with AWS's documents.

Run by start-ministack.ts with the Python of the venv that holds MiniStack. The product's template is
deployed as it is: nothing is taken out of it for the emulator's sake.
"""

import contextvars
import functools
import json
import pathlib

from ministack import app
from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

# CloudFormation types that MiniStack refuses a template for. They are recorded as resources of the
# stack, with their physical ids, and do nothing.
RECORDED_ONLY = (
    "AWS::Athena::NamedQuery",
    "AWS::Budgets::Budget",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::EC2::FlowLog",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::Logs::QueryDefinition",
    "AWS::ResourceGroups::Group",
    "AWS::XRay::Group",
)


def record(logical_id, _properties, stack_name):
    return f"{stack_name}-{logical_id}", {}


def keep(physical_id, _old, _new, _stack_name):
    return physical_id, {}


for resource_type in RECORDED_ONLY:
    if resource_type not in provisioners._RESOURCE_HANDLERS:
        provisioners._RESOURCE_HANDLERS[resource_type] = {
            "create": record,
            "update": keep,
            "delete": lambda _physical_id, _properties: None,
        }


# Lambda's Node.js runtime has a global `awslambda`, by which a function streams its answer.
STREAMING = pathlib.Path(__file__).with_name("response-streaming.ts")
detect_runtime = lambda_runtime._detect_runtime_binary


def with_streaming(runtime):
    binary, worker = detect_runtime(runtime)
    if runtime.startswith("nodejs"):
        worker = f"require({json.dumps(str(STREAMING))});\n{worker}"
    return binary, worker


lambda_runtime._detect_runtime_binary = with_streaming


# MiniStack kills the processes of a function that is updated, and with them the requests that they
# are answering. Lambda lets those end.
updating = contextvars.ContextVar("updating", default=False)
retired = set()
kill_workers = lambda_runtime.kill_workers
release_worker = lambda_runtime.release_worker


def kill_idle(workers):
    """An update retires a worker that is answering; everything else may kill it."""
    busy = {worker for worker in workers if updating.get() and worker.in_use}
    retired.update(busy)
    kill_workers([worker for worker in workers if worker not in busy])


def release(worker):
    release_worker(worker)
    if worker in retired:
        retired.discard(worker)
        kill_workers([worker])


def as_update(change):
    @functools.wraps(change)
    def run(*args, **kwargs):
        token = updating.set(True)
        try:
            return change(*args, **kwargs)
        finally:
            updating.reset(token)

    return run


lambda_runtime.kill_workers = kill_idle
lambda_runtime.release_worker = release
lambda_svc.release_worker = release
lambda_svc._update_code = as_update(lambda_svc._update_code)
lambda_svc._update_config = as_update(lambda_svc._update_config)

# MiniStack answers /v2 itself, as a container registry, whatever the host: Function URLs have it too.
app._is_ecr_registry_path = lambda _path: False

# Policies refuse what comes without TLS, and the emulator speaks HTTP on loopback.
resolve_condition_key = iam_evaluator._resolve_condition_key


def as_if_by_tls(key, context):
    return "true" if key.lower() == "aws:securetransport" else resolve_condition_key(key, context)


iam_evaluator._resolve_condition_key = as_if_by_tls

if __name__ == "__main__":
    app.main()
