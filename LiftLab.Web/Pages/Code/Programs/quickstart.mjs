import fs from "node:fs";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "$ADDRESS", apiKey: process.env.LIFTLAB_KEY });

const file = await client.files.create({ file: fs.createReadStream("train.jsonl"), purpose: "fine-tune" });
let job = await client.fineTuning.jobs.create({ model: "$MODEL", training_file: file.id });
while (!["succeeded", "failed", "cancelled"].includes(job.status)) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  job = await client.fineTuning.jobs.retrieve(job.id);
  console.log(job.status);
}
if (job.status !== "succeeded") throw new Error(job.error?.message);

const answer = await client.completions.create({
  model: job.fine_tuned_model,
  prompt: "The petal length is 1.4. What is the species? ###",
  max_tokens: 8,
  temperature: 0,
  stop: ["@@@"],
});
console.log(answer.choices[0].text);
