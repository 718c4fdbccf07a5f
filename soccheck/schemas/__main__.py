"""Write `inventory.schema.json` afresh from the fact catalogue."""

from pathlib import Path

from soccheck.schemas.inventory import dumped

if __name__ == "__main__":
    (Path(__file__).parent / "inventory.schema.json").write_text(dumped(), encoding="utf-8")
