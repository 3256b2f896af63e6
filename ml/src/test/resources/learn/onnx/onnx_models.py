"""Writes the ONNX files beside it and expected.json: what scikit-learn itself says of the same rows.

  python onnx_models.py

Made with Python 3.11, scikit-learn 1.9.1, skl2onnx 1.20.0, onnx 1.23.2. Numbers of the rows are
multiples of 1/64, so that floats and doubles of them are the same.
"""
import json, pathlib
import numpy as np, pandas as pd, onnx
from onnx import TensorProto as T, helper as h, numpy_helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

here = pathlib.Path(__file__).parent
random = np.random.default_rng(7)
n = 240
x1 = random.integers(-128, 129, n) / 64
x2 = random.integers(-128, 129, n) / 64
plan = random.choice(["basic", "plus", "pro"], n)
bend = x1 - 0.5 * x2 + (plan == "pro")
risk = np.where(random.random(n) < 1 / (1 + np.exp(-2 * bend)), "yes", "no")
amount = np.round(3 * x1 + x2 * x2 + random.normal(0, 0.3, n), 3)
kind = np.where(x1 + random.normal(0, 0.5, n) < -0.5, "low", np.where(x2 < 0, "left", "right"))
X = np.column_stack([x1, x2])
table = pd.DataFrame({"x1": x1, "x2": x2, "plan": plan})
expected = {"rows": [{"x1": a, "x2": b, "plan": c, "risk": d, "amount": e, "kind": f} for a, b, c, d, e, f in
                     zip(x1.tolist(), x2.tolist(), plan.tolist(), risk.tolist(), amount.tolist(), kind.tolist())]}


def save(name, model):
    onnx.checker.check_model(model)
    (here / name).write_bytes(model.SerializeToString())


def convert(name, model, inputs, **options):
    save(name, convert_sklearn(model, initial_types=inputs, target_opset=17, options=options or None))


matrix = [("X", FloatTensorType([None, 2]))]
model = LogisticRegression().fit(X, risk)
convert("risk.onnx", model, matrix, zipmap=False)
convert("zipmap.onnx", model, matrix)
expected["risk"] = model.predict_proba(X)[:, 1].tolist()

other = LogisticRegression(C=0.01).fit(X, risk)
convert("risk_weak.onnx", other, matrix, zipmap=False)

model = LogisticRegression().fit(X, kind)
convert("kind.onnx", model, matrix, zipmap=False)
expected["kind"] = model.predict_proba(X).tolist()

model = GradientBoostingRegressor(n_estimators=20, max_depth=3, random_state=1).fit(X, amount)
convert("amount.onnx", model, matrix)
expected["amount"] = model.predict(X).tolist()

model = Pipeline([
    ("columns", ColumnTransformer([("plan", OneHotEncoder(handle_unknown="ignore"), ["plan"]), ("numbers", "passthrough", ["x1", "x2"])])),
    ("logistic", LogisticRegression())]).fit(table, risk)
convert("columns.onnx", model,
        [("x1", FloatTensorType([None, 1])), ("x2", FloatTensorType([None, 1])), ("plan", StringTensorType([None, 1]))], zipmap=False)
expected["columns"] = model.predict_proba(table)[:, 1].tolist()
unseen = table.assign(plan="never seen")
expected["columns-unseen"] = model.predict_proba(unseen)[:, 1].tolist()


def graph(name, nodes, inputs, outputs, weights=(), opsets=(("", 17),), check=True):
    made = h.make_model(
        h.make_graph(nodes, name, inputs, outputs, [numpy_helper.from_array(v, k) for k, v in weights]),
        opset_imports=[h.make_opsetid(d, v) for d, v in opsets], ir_version=9)
    if check:
        onnx.checker.check_model(made)
    return made


tensor = h.make_tensor_value_info
w = ("w", np.array([[1.0], [-0.5]]))
sums = h.make_node("MatMul", ["X", "w"], ["sum"])
doubles = [tensor("X", T.DOUBLE, ["rows", 2])]
probability = [tensor("p", T.DOUBLE, ["rows", 1])]
sigmoid = h.make_node("Sigmoid", ["sum"], ["p"])
save("one_number.onnx", graph("g", [sums, sigmoid], doubles, probability, [w]))
save("one_row.onnx", graph("g", [sums, sigmoid], [tensor("X", T.DOUBLE, [1, 2])], [tensor("p", T.DOUBLE, [1, 1])], [w]))
expected["one-number"] = (1 / (1 + np.exp(-(x1 - 0.5 * x2)))).tolist()
save("log_odds.onnx", graph("g", [h.make_node("MatMul", ["X", "w"], ["p"])], doubles, probability, [w]))
save("nan.onnx", graph("g", [sums, h.make_node("Log", ["sum"], ["p"])], doubles, probability, [w]))
save("two_outputs.onnx", graph("g", [sums, sigmoid], doubles, probability + [tensor("sum", T.DOUBLE, ["rows", 1])], [w]))
save("image.onnx", graph("g", [h.make_node("ReduceMean", ["X"], ["p"], axes=[1, 2], keepdims=0)],
                         [tensor("X", T.FLOAT, ["rows", 2, 2])], [tensor("p", T.FLOAT, ["rows"])]))
save("integers.onnx", graph("g", [h.make_node("Cast", ["X"], ["d"], to=T.DOUBLE), h.make_node("MatMul", ["d", "w"], ["p"])],
                            [tensor("X", T.INT64, ["rows", 2])], probability, [w]))
save("renamed.onnx", graph("g", [h.make_node("Add", ["x1", "y"], ["p"])],
                           [tensor("x1", T.DOUBLE, ["rows", 1]), tensor("y", T.DOUBLE, ["rows", 1])], probability))
(here / "custom.onnx").write_bytes(graph(
    "g", [h.make_node("Secret", ["X"], ["p"], domain="acme")], doubles, probability, opsets=(("", 17), ("acme", 1)), check=False).SerializeToString())
outside = graph("g", [sums, sigmoid], doubles, probability, [w])
weight = outside.graph.initializer[0]
weight.ClearField("raw_data")
weight.data_location = T.EXTERNAL
for key, value in (("location", "weights.bin"), ("offset", "0"), ("length", "16")):
    weight.external_data.add(key=key, value=value)
(here / "external.onnx").write_bytes(outside.SerializeToString())
whole = (here / "risk.onnx").read_bytes()
(here / "cut.onnx").write_bytes(whole[: len(whole) // 2])
(here / "text.onnx").write_text("<html><body>404 Not Found</body></html>\n")
(here / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
