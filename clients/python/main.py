"""The main job of an agent through the generated client: python main.py ADDRESS TOKEN"""

import sys
from typing import TypeVar
from uuid import UUID

from generated.api.incident import comment_on_incident, create_incident, list_incident, resolve_of_incident
from generated.api.session import me as who
from generated.client import AuthenticatedClient
from generated.models import (
    Comment,
    Incident,
    IncidentCreate,
    IncidentCreateUrgency,
    IncidentCreateImpact,
    IncidentPage,
    ListIncidentCount,
    Me,
    ResolveOfIncidentBody,
    ResolveOfIncidentBodyFields,
    RFC9457Problem,
)

Expected = TypeVar("Expected")


def content(kind: type[Expected], answer: object) -> Expected:
    """What was answered, or the problem in its own words."""
    if isinstance(answer, RFC9457Problem):
        raise RuntimeError(answer.detail)
    assert isinstance(answer, kind), answer
    return answer


def run(address: str, token: str) -> None:
    client = AuthenticatedClient(base_url=f"{address}/api/v1", token=token)
    me = content(Me, who.sync(client=client))
    new = IncidentCreate(title="Scanner offline", requester=me.id, impact=IncidentCreateImpact.VALUE_2, urgency=IncidentCreateUrgency.VALUE_2)
    created = content(Incident, create_incident.sync(client=client, body=new))
    number = created.number
    assert isinstance(number, str) and number.startswith("INC"), number

    comment = Comment(text="The cable is loose.")
    content(Incident, comment_on_incident.sync(number, client=client, body=comment))
    fields = ResolveOfIncidentBodyFields(resolution_code="solution_provided", close_notes="Plugged in.")
    body = ResolveOfIncidentBody(fields=fields)
    resolved = content(Incident, resolve_of_incident.sync(number, client=client, body=body))
    assert resolved.state == "resolved", resolved.state

    found = list_incident.sync(client=client, filter_=f"number:{number} state:resolved", count=ListIncidentCount.EXACT)
    page = content(IncidentPage, found)
    assert page.count == 1 and page.records[0].title == "Scanner offline", page
    assert isinstance(page.records[0].id, UUID)

    refused = create_incident.sync_detailed(client=client, body=IncidentCreate(title=None))
    assert refused.status_code == 422 and isinstance(refused.parsed, RFC9457Problem), refused
    errors = refused.parsed.errors
    assert isinstance(errors, list) and errors[0].field == "title", refused.parsed
    print(f"{number}: opened, commented, resolved and found by Python")


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2])
