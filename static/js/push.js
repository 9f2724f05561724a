// Messages to this browser, on and off. The rest is the service worker's (templates/pwa/service_worker.js).
import { send, toast } from "./site.js";

const button = document.querySelector("[data-push]");
const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
if (button && canPush) {
  const { on, off, denied, add, remove, push: key } = button.dataset;
  const worker = await navigator.serviceWorker.ready;
  let subscription = await worker.pushManager.getSubscription();
  const show = () => { button.lastElementChild.textContent = subscription ? off : on; button.setAttribute("aria-pressed", String(Boolean(subscription))); };
  show();
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (subscription) {
        await send(remove, { body: form({ endpoint: subscription.endpoint }) });
        await subscription.unsubscribe();
        subscription = null;
      } else {
        if (await Notification.requestPermission() !== "granted") throw new Error(denied);
        subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
        const { endpoint, keys } = subscription.toJSON();
        toast((await send(add, { body: form({ endpoint, ...keys }) })).message);
      }
    } catch (error) {
      toast(error.message);
    }
    show();
    button.disabled = false;
  });
}

function form(fields) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}
