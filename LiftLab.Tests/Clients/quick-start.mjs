// OpenAI's fine-tuning quick start with the official client; address, key and model come from the environment.
import fs from "node:fs";
import OpenAI from "openai";

const openai = new OpenAI({ apiKey: process.env.OPENAI_API_KEY, baseURL: process.env.OPENAI_BASE_URL, maxRetries: 0 });
const [model, training, validation] = process.argv.slice(2);
const found = {};

// Upload a training file
const file = await openai.files.create({ file: fs.createReadStream(training), purpose: "fine-tune" });
const valid = await openai.files.create({ file: fs.createReadStream(validation), purpose: "fine-tune" });
found.file = await openai.files.retrieve(file.id);
found.content = (await (await openai.files.content(file.id)).text()) === fs.readFileSync(training, "utf8");
found.files = [];
for await (const one of openai.files.list({ limit: 1 })) found.files.push(one.id);

// Create a fine-tuned model
const created = await openai.fineTuning.jobs.create({
  training_file: file.id,
  validation_file: valid.id,
  model,
  suffix: "node",
  metadata: { from: "node" },
  method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 6, batch_size: 16, learning_rate_multiplier: "auto" } } },
});

// Retrieve the state of a fine-tune
let job = created;
while (!["succeeded", "failed", "cancelled"].includes(job.status)) {
  await new Promise((resolve) => setTimeout(resolve, 200));
  job = await openai.fineTuning.jobs.retrieve(created.id);
}
found.job = job;

// List fine-tuning jobs, events and checkpoints
found.jobs = [];
for await (const one of openai.fineTuning.jobs.list({ limit: 1 })) found.jobs.push(one.id);
found.events = [];
for await (const one of openai.fineTuning.jobs.listEvents(job.id, { limit: 5 })) found.events.push(one);
found.checkpoints = [];
for await (const one of openai.fineTuning.jobs.checkpoints.list(job.id, { limit: 2 })) found.checkpoints.push(one);
found.models = [];
for await (const one of openai.models.list()) found.models.push(one.id);

// Use the fine-tuned model and a checkpoint
const prompt = JSON.parse(fs.readFileSync(validation, "utf8").split("\n")[0]).prompt;
const question = { prompt: prompt + " 0@@@", max_tokens: 0, echo: true, logprobs: 2, temperature: 0 };
found.completion = await openai.completions.create({ model: job.fine_tuned_model, ...question });
found.checkpoint = await openai.completions.create({ model: found.checkpoints[0].fine_tuned_model_checkpoint, ...question });
const chat = { model: job.fine_tuned_model, messages: [{ role: "user", content: prompt }], temperature: 0, max_tokens: 8 };
found.chat = (await openai.chat.completions.create(chat)).choices[0].message.content;
found.streamed = "";
for await (const piece of await openai.chat.completions.create({ ...chat, stream: true }))
  found.streamed += piece.choices[0]?.delta?.content ?? "";
found.pieces = [];
for await (const piece of await openai.completions.create({ model: job.fine_tuned_model, prompt, max_tokens: 8, temperature: 0, stream: true }))
  found.pieces.push(piece.choices[0].text);

// Pause a second fine-tune and resume it
const second = await openai.fineTuning.jobs.create({
  training_file: file.id,
  model,
  method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 40, batch_size: 16 } } },
});
const metrics = async () => (await openai.fineTuning.jobs.listEvents(second.id)).data.some((e) => e.type === "metrics");
while (!(await metrics())) await new Promise((resolve) => setTimeout(resolve, 100));
found.paused = [(await openai.fineTuning.jobs.pause(second.id)).status, (await openai.fineTuning.jobs.retrieve(second.id)).status];
found.resumed = (await openai.fineTuning.jobs.resume(second.id)).status;
found.cancelled = (await openai.fineTuning.jobs.cancel(second.id)).status;
found.told = (await openai.fineTuning.jobs.listEvents(second.id, { limit: 1000 })).data.map((e) => e.message);

// Errors have the client's types
found.errors = {};
for (const [name, ask] of Object.entries({
  model: () => openai.completions.create({ model: "gpt-99", prompt: "a" }),
  parameter: () => openai.completions.create({ model, prompt: "a", temperature: 9 }),
  job: () => openai.fineTuning.jobs.retrieve("ftjob-none"),
  cancel: () => openai.fineTuning.jobs.cancel(job.id),
  key: () => openai.withOptions({ apiKey: "sk-wrong" }).models.list(),
}))
  try {
    await ask();
  } catch (e) {
    found.errors[name] = { type: e.constructor.name, status: e.status, code: e.code, param: e.param, request: Boolean(e.requestID) };
  }

found.deleted = await openai.models.delete(job.fine_tuned_model);
found.fileDeleted = await openai.files.delete(file.id);
console.log(JSON.stringify(found));
