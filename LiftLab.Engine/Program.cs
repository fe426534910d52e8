using LiftLab.Engine.Commands;

return await LiftLabCommand.Create().Parse(args).InvokeAsync();
