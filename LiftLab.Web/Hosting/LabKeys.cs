using LiftLab.Web.Storage;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>Stores the keys of cookies and circuits in the lab folder, so that a restart keeps everyone signed in.</summary>
sealed class LabKeys(LabFolder lab, ILoggerFactory logs) : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options) => options.XmlRepository = new FileSystemXmlRepository(new(lab.Keys), logs);
}
