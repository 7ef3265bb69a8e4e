"""Every command of the window, once. Menus, toolbar, shortcuts and the list of keys are read from here."""

from __future__ import annotations

from dataclasses import dataclass

MENUS = ("File", "Edit", "Run", "Step", "View", "Help")


@dataclass(frozen=True)
class Command:
    """`method` is a method without arguments of the `target`: session, debugger, appearance, documents, window, canvas,
    ways, groups, editor, clipboard, pictures, pace, plotting, training, predicting, comparison, racing, run_files or
    bookmarks.

    `keys` are Qt's portable names, the first one is shown. `toggle` names the setting (a yes or no) that the command
    flips and whose state a tick shows. `group` starts a new section of the menu where it changes.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    menu: str
    group: str
    target: str
    method: str
    tip: str
    icon: str = ""
    toggle: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("file.new", "New", ("Ctrl+N",), "File", "open", "documents", "new", "Start an empty program."),
    Command("file.open", "Open…", ("Ctrl+O",), "File", "open", "documents", "open", "Open a program (.py), a notebook (.ipynb) or a saved run (.gradrun)."),
    Command("file.save", "Save", ("Ctrl+S",), "File", "save", "documents", "save", "Save the program."),
    Command("file.save_as", "Save As…", ("Ctrl+Shift+S",), "File", "save", "documents", "save_as", "Save the program under a new name."),
    Command("file.save_run", "Save Run…", ("Ctrl+Alt+S",), "File", "save", "run_files", "save", "Save this run with its program, curves and graphs, to be opened again without being run."),
    Command("file.export", "Export Picture…", ("Ctrl+E",), "File", "export", "pictures", "export", "Save this step as SVG, PNG, DOT or JSON."),
    Command("file.export_curves", "Export Curves…", ("Ctrl+Shift+E",), "File", "export", "pictures", "export_curves", "Save the curves of all passes as CSV, SVG or PNG."),
    Command("file.copy_picture", "Copy Picture", ("Ctrl+Shift+C",), "File", "export", "pictures", "copy", "Copy this step as a picture."),
    Command("file.quit", "Quit", ("Ctrl+Q",), "File", "quit", "window", "close", "Close gradviz."),
    Command("edit.undo", "Undo", ("Ctrl+Z",), "Edit", "undo", "editor", "undo", "Take back the last change of the program."),
    Command("edit.redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", "undo", "editor", "redo", "Make the change again."),
    Command("edit.cut", "Cut", ("Ctrl+X",), "Edit", "clipboard", "clipboard", "cut", "Take the selected text out and keep it."),
    Command("edit.copy", "Copy", ("Ctrl+C",), "Edit", "clipboard", "clipboard", "copy", "Keep the selected text."),
    Command("edit.paste", "Paste", ("Ctrl+V",), "Edit", "clipboard", "clipboard", "paste", "Put in the text that was kept last."),
    Command("edit.select_all", "Select All", ("Ctrl+A",), "Edit", "clipboard", "clipboard", "select_all", "Select the whole text."),
    Command("edit.find", "Find…", ("Ctrl+F",), "Edit", "find", "editor", "find", "Find text in the program."),
    Command("edit.find_card", "Find Card…", ("Ctrl+Shift+F",), "Edit", "find", "canvas", "find_card", "Find a card of the graph by name, op, line or shape."),
    Command("edit.search_ops", "Search Ops…", ("/",), "Edit", "find", "window", "search_ops", "Find an op to build a line with."),
    Command("edit.comment", "Comment Lines", ("Ctrl+/",), "Edit", "lines", "editor", "toggle_comment", "Turn the selected lines into comments, or back."),
    Command("run.run", "Run", ("Ctrl+Return", "Ctrl+Enter", "F5"), "Run", "run", "session", "run", "Run the program.", "run"),
    Command("run.stop", "Stop", ("Ctrl+.", "Shift+F5"), "Run", "run", "racing", "stop", "End the running program, and a race.", "stop"),
    Command("run.hold", "Pause Program", ("F6",), "Run", "hold", "session", "toggle_hold", "Hold the running program after this pass, or let it go on.", "hold"),
    Command("run.one_pass", "Run One Pass", ("F7",), "Run", "hold", "session", "run_one_pass", "Run one pass of the program and hold.", "one_pass"),
    Command("run.one_update", "Run One Optimizer Step", ("Shift+F7",), "Run", "hold", "pace", "one_update", "Run until a tensor was updated, by an optimizer or by hand, and hold."),
    Command("run.to_pass", "Run to Pass…", ("Ctrl+F7",), "Run", "hold", "pace", "ask_pass", "Run until so many passes are over, and hold."),
    Command("run.until_loss", "Run Until Loss Below…", ("Ctrl+Shift+F7",), "Run", "hold", "pace", "ask_loss", "Run until the loss is below a number, and hold."),
    Command("run.auto", "Run While Typing", (), "Run", "auto", "session", "toggle_auto_run", "Run the program after each pause in typing.", toggle="auto_run"),
    Command("runs.keep", "Keep Run", ("K",), "Run", "compare", "comparison", "keep", "Keep this run, to compare it with the next ones."),
    Command("runs.race", "Race…", ("Shift+K",), "Run", "compare", "racing", "toggle", "Run the program several times at once, each with another learning rate or optimizer; or end the race (Ctrl+. ends it, too)."),
    Command("runs.undo", "Undo in Runs", (), "Run", "compare", "comparison", "undo", "Bring back what was last deleted, hidden, renamed or recoloured among the kept runs."),
    Command("step.back", "Step Back", ("Left",), "Step", "step", "session", "step_back", "One step back.", "step_back"),
    Command("step.forward", "Step", ("Right",), "Step", "step", "session", "step_forward", "One step forward.", "step_forward"),
    Command("step.play", "Play", ("Space",), "Step", "step", "session", "toggle_play", "Play the steps one after another, or pause.", "play"),
    Command("step.start", "To Start", ("Home",), "Step", "jump", "session", "go_to_start", "To the start of this pass.", "to_start"),
    Command("step.backward", "To Backward", ("B",), "Step", "jump", "session", "go_to_backward", "To the start of the backward pass."),
    Command("step.end", "To End", ("End",), "Step", "jump", "session", "go_to_end", "To the end of this pass.", "to_end"),
    Command("step.next_line", "Next Line", ("N",), "Step", "run to", "debugger", "next_line", "To the next step of another line."),
    Command("step.previous_line", "Previous Line", ("Shift+N",), "Step", "run to", "debugger", "previous_line", "Back to the last step of another line."),
    Command("step.over", "Step Over", ("V",), "Step", "run to", "groups", "step_over", "To the next step of another card: out of a folded group."),
    Command("step.back_over", "Step Back Over", ("Shift+V",), "Step", "run to", "groups", "step_back_over", "Back to the last step of another card: out of a folded group."),
    Command("step.next_accumulation", "Next Accumulation", ("A",), "Step", "run to", "debugger", "next_accumulation", "To where a gradient is next added to a leaf."),
    Command("step.previous_accumulation", "Previous Accumulation", ("Shift+A",), "Step", "run to", "debugger", "previous_accumulation", "Back to where a gradient was last added to a leaf."),
    Command("step.next_update", "Next Optimizer Step", ("W",), "Step", "run to", "debugger", "next_update", "To where an optimizer, or the program by itself, next updates weights."),
    Command("step.previous_update", "Previous Optimizer Step", ("Shift+W",), "Step", "run to", "debugger", "previous_update", "Back to where weights were last updated."),
    Command("step.next_of_card", "Next of Selected Card", ("C",), "Step", "run to", "debugger", "next_of_card", "To where the selected card next does something."),
    Command("step.previous_of_card", "Previous of Selected Card", ("Shift+C",), "Step", "run to", "debugger", "previous_of_card", "Back to where the selected card last did something."),
    Command("step.next_gradient", "Next Gradient of Selected Card", ("G",), "Step", "run to", "debugger", "next_gradient", "To where a gradient next reaches the selected card."),
    Command("step.previous_gradient", "Previous Gradient of Selected Card", ("Shift+G",), "Step", "run to", "debugger", "previous_gradient", "Back to where a gradient last reached the selected card."),
    Command("step.next_nan", "Next NaN", ("X",), "Step", "run to", "debugger", "next_nan", "To where NaN or infinity next begins."),
    Command("step.previous_nan", "Previous NaN", ("Shift+X",), "Step", "run to", "debugger", "previous_nan", "Back to where NaN or infinity last began."),
    Command("step.go_on", "Run to Breakpoint", ("F8",), "Step", "breakpoints", "debugger", "go_on", "To the next breakpoint, or the end."),
    Command("step.go_back", "Run Back to Breakpoint", ("Shift+F8",), "Step", "breakpoints", "debugger", "go_back", "Back to the last breakpoint, or the start."),
    Command("step.breakpoint", "Breakpoint Here", ("F9",), "Step", "breakpoints", "debugger", "toggle_here", "Set or take away a breakpoint at the selected card, or at the line of this step."),
    Command("step.clear_breakpoints", "Clear Breakpoints", (), "Step", "breakpoints", "debugger", "clear", "Take away every breakpoint."),
    Command("step.bookmark", "Bookmark This Step…", ("Ctrl+B",), "Step", "bookmarks", "bookmarks", "toggle", "Keep this step with a note, or take its bookmark away."),
    Command("step.next_bookmark", "Next Bookmark", ("]",), "Step", "bookmarks", "debugger", "next_bookmark", "To the next step that was kept."),
    Command("step.previous_bookmark", "Previous Bookmark", ("[",), "Step", "bookmarks", "debugger", "previous_bookmark", "Back to the last step that was kept."),
    Command("predict.switch", "Predict Each Step", ("Q",), "Step", "predict", "predicting", "toggle", "Hide what the next step brings until you have said what you expect.", toggle="predict"),
    Command("predict.reset", "Reset the Tally", (), "Step", "predict", "predicting", "reset", "Count right predictions from nothing again."),
    Command("step.pass_back", "Previous Pass", ("Shift+Left",), "Step", "pass", "session", "pass_back", "To the previous call of backward()."),
    Command("step.pass_forward", "Next Pass", ("Shift+Right",), "Step", "pass", "session", "pass_forward", "To the next call of backward()."),
    Command("step.follow", "Back to the Step", ("Escape",), "Step", "select", "session", "clear", "Let go of the selected card and show the step."),
    Command("view.fit", "Fit Graph", ("F",), "View", "zoom", "canvas", "fit", "Show the whole graph."),
    Command("view.zoom_selection", "Zoom to Selection", ("Shift+F",), "View", "zoom", "canvas", "zoom_to_selection", "Show the selected cards as large as they fit."),
    Command("view.zoom_in", "Zoom In", ("+", "="), "View", "zoom", "canvas", "zoom_in", "Make the graph larger."),
    Command("view.zoom_out", "Zoom Out", ("-",), "View", "zoom", "canvas", "zoom_out", "Make the graph smaller."),
    Command("view.feeding", "What Feeds the Selected Card", ("I",), "View", "ways", "ways", "feeding", "Show all cards whose values go into the selected one."),
    Command("view.fed", "What the Selected Card Feeds", ("O",), "View", "ways", "ways", "fed", "Show all cards that the value of the selected one goes into."),
    Command("view.gradient_way", "Where Its Gradient Goes", ("P",), "View", "ways", "ways", "gradient_way", "Show all cards that the gradient of the selected one is passed on to."),
    Command("view.between", "All Paths Between Two Cards", ("T",), "View", "ways", "ways", "between", "Select two cards, the second with Ctrl+click, and see all that lies between."),
    Command("view.open_group", "Open Group", ("U",), "View", "groups", "groups", "open", "Show the cards of the selected group."),
    Command("view.fold_group", "Fold Group", ("Shift+U",), "View", "groups", "groups", "fold", "Make one card of the group that the selected card is in."),
    Command("view.open_all", "Open All Groups", ("Ctrl+U",), "View", "groups", "groups", "open_all", "Show every card."),
    Command("view.fold_all", "Fold All Groups", ("Ctrl+J",), "View", "groups", "groups", "fold_all", "Make one card of every group."),
    Command("view.make_group", "Group Selected Cards…", ("Ctrl+G",), "View", "groups", "groups", "make", "Make one card of the selected ones. Ctrl+click selects several, Shift+drag all in a frame."),
    Command("view.dissolve_group", "Dissolve Group", ("Ctrl+Shift+G",), "View", "groups", "groups", "dissolve", "Take a group that you made apart again."),
    Command("view.larger_type", "Larger Type", ("Ctrl++", "Ctrl+="), "View", "type", "appearance", "enlarge_type", "Make all text larger."),
    Command("view.smaller_type", "Smaller Type", ("Ctrl+-",), "View", "type", "appearance", "reduce_type", "Make all text smaller."),
    Command("view.normal_type", "Normal Type", ("Ctrl+0",), "View", "type", "appearance", "reset_type", "Show text in its normal size."),
    Command("view.present", "Present", ("F11",), "View", "present", "window", "toggle_present", "Full screen with large type, for a lecture.", "present"),
    Command("view.next_graph", "Next Graph", ("D",), "View", "graph", "appearance", "next_graph", "Values and gradients on one card, the forward graph alone, or the backward graph alone."),
    Command("view.down", "Graph Top to Bottom", (), "View", "graph", "appearance", "toggle_direction", "Let data flow from top to bottom instead of left to right."),
    Command("view.constants", "Constants", (), "View", "graph", "appearance", "toggle_constants", "Draw tensors that need no gradient.", toggle="constants"),
    Command("view.chips", "Split Shared Leaves", (), "View", "graph", "appearance", "toggle_chips", "Draw a leaf that is used three times or more at each use.", toggle="chips"),
    Command("view.saved", "Saved Tensors", (), "View", "graph", "appearance", "toggle_saved", "Tell on each card what its node keeps for the backward pass, where few cards are in sight.", toggle="saved"),
    Command("view.motion", "Motion", (), "View", "graph", "appearance", "toggle_motion", "Let gradients travel along the edges.", toggle="motion"),
    Command("view.log_curves", "Logarithmic Curves", ("L",), "View", "curves", "plotting", "toggle_log_curves", "Draw loss, gradients and sizes on a logarithmic axis.", toggle="log_curves"),
    Command("view.log_passes", "Logarithmic Passes", ("Shift+L",), "View", "curves", "plotting", "toggle_log_passes", "Draw the passes on a logarithmic axis: the first ones wide, the last ones narrow.", toggle="log_passes"),
    Command("view.smoother", "Smoother Curves", ("S",), "View", "curves", "plotting", "smoother", "Smooth curves more: the mean of more passes, or a larger factor."),
    Command("view.rougher", "Less Smooth Curves", ("Shift+S",), "View", "curves", "plotting", "rougher", "Smooth curves less: the mean of fewer passes, or a smaller factor."),
    Command("view.exponential", "Exponential Smoothing", (), "View", "curves", "plotting", "toggle_exponential", "Smooth curves with a factor, each pass counting less with its age, instead of by the mean of the last passes.", toggle="exponential"),
    Command("view.whole_curves", "Show All Passes", ("R",), "View", "curves", "training", "show_all", "Show the whole curves again after zooming into them."),
    Command("view.theme", "Next Theme", ("Ctrl+T",), "View", "theme", "appearance", "next_theme", "Light, dark, high contrast, or as the system."),
    Command("help.keys", "Keys", ("F1",), "Help", "help", "help", "show_keys", "All keys at a glance."),
    Command("help.about", "About gradviz", (), "Help", "help", "help", "show_about", "Version and licence."),
)  # fmt: skip
"""One line each, so that the table can be read as one."""
