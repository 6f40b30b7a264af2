"""The parts of a customer's page that are written: one verb a view, then a toast and the page."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.conversations import actions as conversations
from posvenda.conversations.models import Interaction
from posvenda.customers import actions, attributes
from posvenda.customers.forms import AttributesForm, ContactForm, CustomerForm, TagForm
from posvenda.customers.models import Attribute, Contact, Customer
from posvenda.insights.client.forms import NoteForm, TaskForm
from posvenda.insights.client.page import subject
from posvenda.insights.client.views import notes_context
from posvenda.insights.clients import words
from posvenda.insights.clients.views_bulk import OwnerForm
from posvenda.journeys import actions as tasks
from posvenda.journeys.models import Task
from posvenda.ui import toasts


@require_http_methods(["GET", "POST"])
def edit(request: Request, public_id: str) -> HttpResponse:
    """This will show and correct who the customer is."""
    customer = _customer(request, public_id)
    if request.method != "POST":
        return _form(request, customer, CustomerForm.of(customer, by=request.user), _("Edit"))
    form = CustomerForm(request.POST, by=request.user, is_new=False)
    if not form.is_valid():
        return _form(request, customer, form, _("Edit"))
    try:
        actions.edit(customer, **form.cleaned_data, by=request.user, now=request.now)
    except actions.AlreadyThere as twin:
        form.add_error("tax_id", words.twin(twin.customer, request.user))
        return _form(request, customer, form, _("Edit"))
    return _done(request, customer, _("Saved."))


@require_http_methods(["GET", "POST"])
def owner(request: Request, public_id: str) -> HttpResponse:
    """This will give the customer to another owner."""
    customer = _customer(request, public_id)
    initial = {"owner": customer.owner_id}
    form = OwnerForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _form(request, customer, form, _("Change owner"))
    new = form.picked
    token = actions.assign_owner([customer], owner=new, by=request.user, now=request.now)
    told = _("%(name)s answers for the customer now.") % {"name": new.name if new else _("Nobody")}
    toasts.say(request, told, undo=reverse("clients_give_back", args=[token]))
    is_seen = request.user.sees_everyone or (new is not None and new.pk == request.user.pk)
    return redirect("client", public_id) if is_seen else redirect("clients")


@require_http_methods(["GET", "POST"])
def attribute_values(request: Request, public_id: str) -> HttpResponse:
    """This will show and keep the declared attributes."""
    customer = _customer(request, public_id)
    declared = list(Attribute.objects.order_by("label"))
    initial = attributes.current(customer)
    data = request.POST if request.method == "POST" else None
    form = AttributesForm(data, declared=declared, initial=initial)
    if data is None or not form.is_valid():
        return _form(request, customer, form, _("Edit attributes"))
    for each in declared:
        actions.set_attribute(
            customer,
            attribute=each,
            value=form.cleaned_data[each.name],
            by=request.user,
            now=request.now,
        )
    return _done(request, customer, _("Saved."))


@require_POST
def tag(request: Request, public_id: str) -> HttpResponse:
    """This will put a tag on the customer."""
    customer = _customer(request, public_id)
    form = TagForm(request.POST)
    if form.is_valid():
        actions.tag(customer, tag=form.cleaned_data["tag"], by=request.user, now=request.now)
    else:
        toasts.say(request, _("A tag needs a word of at most 40 letters."), is_error=True)
    return redirect("client", public_id)


@require_POST
def untag(request: Request, public_id: str) -> HttpResponse:
    """This will take a tag off the customer."""
    customer = _customer(request, public_id)
    actions.untag(customer, tag=request.POST.get("tag", ""), by=request.user, now=request.now)
    return _done(request, customer, _("Tag taken off."))


@require_http_methods(["GET", "POST"])
def contact(request: Request, public_id: str) -> HttpResponse:
    """This will ask for a contact and add it."""
    customer = _customer(request, public_id)
    form = ContactForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, customer, form, _("New contact"))
    actions.add_contact(customer, **form.cleaned_data, by=request.user, now=request.now)
    return _done(request, customer, _("Contact added."), "client_contacts")


@require_POST
def contact_left(request: Request, public_id: str, pk: int) -> HttpResponse:
    """This will note that a contact left, or take that back."""
    customer = _customer(request, public_id)
    person = get_object_or_404(Contact.objects.select_related("customer"), pk=pk, customer=customer)
    has_left = person.left_at is None
    actions.contact_left(person, has_left=has_left, by=request.user, now=request.now)
    told = _("%(name)s left.") if has_left else _("%(name)s is back.")
    undo = reverse("client_contact_left", args=[public_id, pk])
    toasts.say(request, told % {"name": person.name}, undo=undo if has_left else "")
    return redirect("client_contacts", public_id)


@require_POST
def note(request: Request, public_id: str) -> HttpResponse:
    """This will keep a note."""
    about = subject(request, public_id)
    customer = _customer(request, public_id)
    people = Contact.objects.filter(customer=customer, left_at=None).order_by("name")
    form = NoteForm(request.POST, people=people)
    if not form.is_valid():
        values = notes_context(request, about, note_form=form)
        return render(request, "insights/client/notes.html", values, status=422)
    written = conversations.note(customer, **form.cleaned_data, by=request.user, now=request.now)
    undo = reverse("client_note_undo", args=[public_id, written.public_id])
    toasts.say(request, _("Noted."), undo=undo)
    return redirect("client_notes", public_id)


@require_POST
def note_undo(request: Request, public_id: str, note_id: str) -> HttpResponse:
    """This will take a note back."""
    customer = _customer(request, public_id)
    written = get_object_or_404(
        Interaction.objects.select_related("customer"), public_id=note_id, customer=customer
    )
    conversations.remove(written, by=request.user, now=request.now)
    return _done(request, customer, _("Note removed."), "client_notes")


@require_POST
def new_task(request: Request, public_id: str) -> HttpResponse:
    """This will write a task."""
    about = subject(request, public_id)
    customer = _customer(request, public_id)
    form = TaskForm(request.POST, owners=User.objects.owners())
    if not form.is_valid():
        values = notes_context(request, about, task_form=form)
        return render(request, "insights/client/notes.html", values, status=422)
    tasks.add_task(customer, **form.values, by=request.user, now=request.now)
    return _done(request, customer, _("Task written."), "client_notes")


@require_http_methods(["GET", "POST"])
def edit_task(request: Request, public_id: str, task_id: str) -> HttpResponse:
    """This will show and change a task."""
    customer = _customer(request, public_id)
    task = _task(customer, task_id)
    initial = {
        "title": task.title,
        "due_on": task.due_on,
        "owner": task.owner_id,
        "body": task.body,
    }
    data = request.POST if request.method == "POST" else None
    form = TaskForm(data, owners=User.objects.owners(), initial=initial)
    if data is None or not form.is_valid():
        return _form(request, customer, form, _("Edit task"))
    tasks.edit_task(task, **form.values, by=request.user, now=request.now)
    return _done(request, customer, _("Saved."), "client_notes")


@require_POST
def finish(request: Request, public_id: str, task_id: str) -> HttpResponse:
    """This will tick a task off; doing it twice changes nothing."""
    undo = reverse("client_task_reopen", args=[public_id, task_id])
    return _ticked(request, public_id, task_id, tasks.finish, _("Task done."), undo)


@require_POST
def reopen(request: Request, public_id: str, task_id: str) -> HttpResponse:
    """This will open a task again."""
    return _ticked(request, public_id, task_id, tasks.reopen, _("The task is open again."), "")


def _ticked(
    request: Request,
    public_id: str,
    task_id: str,
    verb: Callable[..., None],
    told: str,
    undo: str,
) -> HttpResponse:
    customer = _customer(request, public_id)
    try:
        verb(_task(customer, task_id), by=request.user, now=request.now)
    except (tasks.AlreadyFinished, tasks.StillOpen):
        toasts.say(request, _("Somebody did that before you; nothing changed."))
    else:
        toasts.say(request, told, undo=undo)
    return redirect("client_notes", public_id)


def _task(customer: Customer, public_id: str) -> Task:
    tasks_of = Task.objects.filter(customer=customer).select_related("customer")
    return get_object_or_404(tasks_of, public_id=public_id)


def _customer(request: Request, public_id: str) -> Customer:
    """The customer, for somebody who may change it: unseen is 404, only seen is 403."""
    visible = Customer.objects.visible_to(request.user).select_related("owner")
    customer = get_object_or_404(visible, public_id=public_id)
    if not request.user.may_write:
        raise PermissionDenied
    return customer


def _form(request: Request, customer: Customer, form: forms.Form, title: str) -> HttpResponse:
    values = {"customer": customer, "form": form, "title": title}
    status = 422 if form.errors else 200
    return render(request, "insights/client/form.html", values, status=status)


def _done(request: Request, customer: Customer, told: str, to: str = "client") -> HttpResponse:
    toasts.say(request, told)
    return redirect(to, customer.public_id)
