// A piece of work that runs: look again after two seconds. Without scripts the page says how far it is when it is opened.
setTimeout(() => location.reload(), 2000);
