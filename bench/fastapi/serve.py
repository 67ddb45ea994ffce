"""Serves one ONNX graph as a Python team would: FastAPI, pydantic, ONNX Runtime, one row or many a request.

Usage: serve.py <graph> <port>. Prints "ready" once it listens.
"""

import sys
from datetime import datetime

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field


class Flight(BaseModel):
    date: datetime
    distance: float | None = Field(default=None, ge=0, le=10_000)
    origin: str | None = Field(default=None, max_length=4)
    destination: str | None = Field(default=None, max_length=4)


class Request(BaseModel):
    instances: list[Flight] = Field(min_length=1, max_length=10_000)


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options)
inputs = [one.name for one in session.get_inputs()]
app = FastAPI()


def column(name: str, flights: list[Flight]) -> np.ndarray:
    if name in ("origin", "destination"):
        return np.array([[getattr(flight, name) or ""] for flight in flights], dtype=object)
    if name == "hour":
        values = [flight.date.hour for flight in flights]
    elif name == "weekday":
        values = [flight.date.isoweekday() % 7 for flight in flights]
    elif name == "date":
        values = [flight.date.timestamp() * 1_000 for flight in flights]
    else:
        values = [np.nan if flight.distance is None else flight.distance for flight in flights]
    return np.array(values, dtype=np.float32).reshape(-1, 1)


@app.post("/predictions")
async def predict(request: Request) -> dict:
    feeds = {name: column(name, request.instances) for name in inputs}
    labels, probabilities = session.run(["label", "probabilities"], feeds)
    return {
        "predictions": [
            {"label": int(label), "probability": float(row[1])}
            for label, row in zip(labels, probabilities)
        ]
    }


class Server(uvicorn.Server):
    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        print("ready", flush=True)


config = uvicorn.Config(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
Server(config).run()
