using System.Globalization;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// Marks an exported model whose computation other programs do not know: a model type of its own in config.json, and a README.md that says
/// what it is.
/// </summary>
static class OwnModelCard
{
    const string File = "README.md";

    /// <summary>Does nothing for models of published architectures, and for folders without a model.</summary>
    public static void Write(string folder)
    {
        if (!System.IO.File.Exists(Path.Combine(folder, ModelFolder.ConfigFile)))
            return;
        var config = ModelFolder.ReadConfig(folder);
        if (config.ModelType != GptJ.OwnType)
            return;
        ModelFolder.SaveConfig(config, folder);
        System.IO.File.WriteAllText(Path.Combine(folder, File), Text(config));
    }

    static string Text(ModelConfig config) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # A model of LiftLab

            This model was fine-tuned with LiftLab from its built-in base model. Programs other than LiftLab cannot load it: its
            `model_type` is `{GptJ.OwnType}`, which they do not know, because they would compute something else with it.

            - Architecture: GPT-J (`GPTJForCausalLM`) with one difference: the base of the rotary embeddings is {config.RotaryBase}
              (`rotary_base`) instead of 10000. The tensors are named as in GPT-J.
            - {config.Layers} layers of width {config.Width} with {config.Heads} heads; {config.RotaryWidth} of {config.HeadWidth}
              dimensions of a head are rotated.
            - Tokenizer: that of LiftLab's built-in models if `tokenizer_config.json` says `LiftLabBytes`: one token for each UTF-8
              byte, one for each of `###` and `@@@`, and one for each level of scaled numbers.

            To use the model, name this folder as the base model of a run (`lift TABLE --model FOLDER`), or compute logits with
            `logits FOLDER --ids 1,2,3`. To load it elsewhere, implement GPT-J with the inverse frequencies
            {config.RotaryBase}^(-2i/{config.RotaryWidth}).

            """
        );
}
