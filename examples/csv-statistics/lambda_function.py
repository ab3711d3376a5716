"""Statistics of the numeric columns of a CSV table, whole and by group."""

import csv
import io
import statistics
from pathlib import Path

HERE = Path(__file__).parent


def lambda_handler(event, context):
    rows = list(csv.DictReader(io.StringIO(text_of(event))))
    if not rows:
        raise ValueError("The table has no rows.")
    group_by = event.get("group_by")
    if group_by is not None and group_by not in rows[0]:
        raise ValueError(f"The table has no column {group_by!r}; it has {', '.join(rows[0])}.")

    answer = {"rows": len(rows), "columns": summaries(rows)}
    if group_by is not None:
        groups = {}
        for row in rows:
            groups.setdefault(row[group_by], []).append(row)
        answer["groups"] = {name: {"rows": len(group), "columns": summaries(group)} for name, group in groups.items()}
    print(f"{len(rows)} rows, {len(answer['columns'])} numeric columns, {len(answer.get('groups', {}))} groups")
    return answer


def text_of(event):
    """The table itself as `csv`, or the name of a file beside this one as `file`."""
    if "csv" in event:
        return event["csv"]
    if Path(event["file"]).name != event["file"]:
        raise ValueError("`file` is the name of a file of this function, without a folder.")
    return (HERE / event["file"]).read_text(encoding="utf-8")


def summaries(rows):
    columns = {name: numbers(row[name] for row in rows) for name in rows[0]}
    return {name: summary(values) for name, values in columns.items() if values}


def numbers(cells):
    """The cells of a column as numbers; nothing when one of them is not."""
    try:
        return [float(cell) for cell in cells]
    except (TypeError, ValueError):
        return []


def summary(values):
    return {
        "mean": round(statistics.fmean(values), 4),
        "median": round(statistics.median(values), 4),
        "stdev": round(statistics.stdev(values), 4) if len(values) > 1 else None,
        "min": min(values),
        "max": max(values),
    }
