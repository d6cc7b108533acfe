"""What the worker computes for screening. Web processes never import judging.assignment."""

from django.db import transaction
from django_tasks import task

from awards.canonical import digest
from judging.screening.models import AssignmentPlan
from judging.screening.queries import question_of
from judging.screening.services import store_plan


@task()
def plan_reviews(plan_id: str) -> None:
    """Computes and stores the plan with this public id; does nothing if it was dropped meanwhile."""
    plan = AssignmentPlan.objects.filter(public_id=plan_id, state="asked").select_related("round__edition").first()
    if plan:
        compute_plan(plan)


@transaction.atomic
def compute_plan(plan: AssignmentPlan) -> AssignmentPlan:
    """Answers one asked plan. Its seed comes from its id, so that asking again may bring another one."""
    from judging import assignment

    question = question_of(plan.round)
    try:
        answer = assignment.plan(
            question.entries,
            question.reviewers,
            plan.content["k"],
            question.conflicts,
            kept=question.kept,
            seed=int(digest(plan.public_id)[:8], 16),
        )
    except assignment.AssignmentError as error:
        return store_plan(plan=plan, question=question.digest, answer=None, message=str(error))
    content = {"pairs": answer.pairs, "load": answer.load, "components": answer.components, "unmet": answer.unmet}
    return store_plan(plan=plan, question=question.digest, answer=content)
